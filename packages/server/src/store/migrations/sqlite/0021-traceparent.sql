-- compatible: a column that older servers leave null
-- Of which trace an event is (W3C traceparent), so that a node that did not receive it goes on with that; null without tracing.
alter table inbox add column traceparent text;
