-- What one process asks of the memory of others, and their answers: JSON. A question lives for seconds.
create table memory_question (
  id integer primary key autoincrement,
  dies_at_ms integer not null,
  question text not null
) strict;

create table memory_answer (
  question_id integer not null references memory_question on delete cascade,
  node text not null,
  answer text not null,
  primary key (question_id, node)
) strict;
