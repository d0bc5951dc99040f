-- The incoming webhook that came with the install, sealed like a token: whoever has its URL can post.
alter table credential add column webhook bytea;
