-- compatible: it does nothing
-- PostgreSQL counts a hundred thousand installations soon enough; the number is taken so that both engines count alike.
select 1;
