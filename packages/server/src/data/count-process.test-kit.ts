/** A process that counts a document up, for team-data.test.ts: `<url or path> <steps>`. Says ready, begins when it is told to, tells what it saw. */
import { once } from 'node:events';
import { openPostgresStore } from '../store/postgres-store.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import { systemClock } from '../time/clock.ts';
import { createTeamData } from './team-data.ts';

const [url = '', steps = '1'] = process.argv.slice(2);
const store = await (url.startsWith('postgres:') ? openPostgresStore({ url }) : openSqliteStore({ path: url }));
const data = createTeamData({ store, clock: systemClock })('T1');
const begun = once(process, 'message');
process.send?.('ready');
await begun;
process.send?.(await Promise.all(Array.from({ length: Number(steps) }, () => data.increment('count'))));
await store.close();
process.disconnect();
