/** How the dashboard is built: `npm run build:pages`. */
import { fileURLToPath } from 'node:url';
import { pageConfig } from 'ui-kit/vite';

export default pageConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  outDir: fileURLToPath(new URL('../dist/dashboard/', import.meta.url)),
  base: '/admin/',
});
