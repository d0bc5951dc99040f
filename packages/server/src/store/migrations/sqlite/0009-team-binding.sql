-- Proves that the server itself put a workspace under an organization: see team/team-row-repository.ts. Null for a row that needs none, the
-- installation's own.
alter table team add column binding blob;
-- 1 once the rows of before were bound. Only spares looking for them: what may be bound is decided by the seals of the tokens.
alter table meta add column teams_bound integer not null default 0;
