-- What the link of the last install carried for the hooks (/slack/install?metadata=…): whoever follows the row tells it.
alter table installation add column metadata text;
