import { expect, it } from 'vitest';
import { Topic } from './topic.ts';

it('tells each subscriber at once, in the order in which they came, and nothing of before', () => {
  const topic = new Topic<string>();
  const heard: string[] = [];
  topic.publish('unheard');
  topic.subscribe((value) => heard.push(`first ${value}`));
  topic.subscribe((value) => heard.push(`second ${value}`));
  topic.publish('one');
  topic.publish('two');
  expect(heard).toEqual(['first one', 'second one', 'first two', 'second two']);
});
