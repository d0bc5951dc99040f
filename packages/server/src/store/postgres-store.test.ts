import { openPostgresStore } from './postgres-store.ts';
import { describeStore } from './store-contract.test-kit.ts';
import { createPostgresDatabase } from './store-fixture.test-kit.ts';

describeStore('PostgreSQL', async () => {
  const database = await createPostgresDatabase();
  return {
    open: (options) => openPostgresStore({ url: database.url, ...options }),
    remove: () => database.drop(),
  };
});
