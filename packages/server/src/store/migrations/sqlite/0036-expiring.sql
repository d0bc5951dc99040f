-- compatible: an index
-- Which tokens end next, for everybody who looks at the server: among a hundred thousand that never end each look read all of them.
create index credential_expiring on credential (expires_at_ms, installation_key, kind) where expires_at_ms is not null;
