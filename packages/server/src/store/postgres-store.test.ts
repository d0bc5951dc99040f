import { openPostgresStore } from './postgres-store.ts';
import { describeStore } from './store-contract.test-kit.ts';
import { createPostgresDatabase } from './store-fixture.test-kit.ts';

describeStore('PostgreSQL', async () => {
  const { url, drop } = await createPostgresDatabase();
  return { open: (options) => openPostgresStore({ url, ...options }), remove: drop };
});
