-- compatible: columns that may be null and an index, of which earlier versions know nothing
-- Why a broadcast was cancelled by itself; null: an operator cancelled it, or nobody did.
alter table broadcast add column why text;

-- Each second each server looks for those whose writer died.
create index broadcast_filling on broadcast (id) where state = 'filling';

-- When the last incident began: kept when nobody is held any more, because teams that were deactivated just before may still be asked.
alter table breaker add column began_at_ms integer;
update breaker set began_at_ms = tripped_at_ms;
