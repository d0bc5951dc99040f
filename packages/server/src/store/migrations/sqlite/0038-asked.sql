-- compatible: it does nothing
-- SQLite has had these indexes since 0019 and 0028; the number is taken so that both engines count alike.
select 1;
