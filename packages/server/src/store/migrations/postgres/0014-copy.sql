-- What `store copy` has to do with this database: how far it got in the one that it fills, or that it reads this one; see store/copy-mark.ts.
alter table meta add column copy text collate "C";
