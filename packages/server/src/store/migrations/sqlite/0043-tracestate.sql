-- compatible: a column that may be null, of which earlier versions know nothing
-- What belongs to the traceparent of the request that brought an event, for the first attempt on whichever node.
alter table inbox add column tracestate text;
