-- compatible: a column that may be null, of which earlier versions know nothing
-- What Slack calls the app, as auth.test said when a team was identified; for the public pages.
alter table meta add column bot_name text collate "C";
