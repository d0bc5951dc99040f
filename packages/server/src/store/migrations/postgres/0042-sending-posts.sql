-- compatible: an index, of which earlier versions know nothing
-- Posts under way, however many wait or waited: each server looks for those that dead ones left of cancelled broadcasts.
create index broadcast_team_sending on broadcast_team (broadcast_id, team_id) where state = 'sending';
