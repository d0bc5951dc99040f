/** The simulator's Slack in the browser: a workspace to talk in, and everything that can be done to it. It knows the simulator by `/_sim` alone. */
import 'ui-kit/styles.css';
import './page.css';
import { render } from 'preact';
import { followLinks } from 'ui-kit';
import { App } from './app.tsx';
import { hasColumns } from './beside.tsx';
import { rememberSeats } from './seats.ts';
import { startSimulator } from './sim.ts';

followLinks('/');
rememberSeats();
// Of two columns each is a page that reads for itself.
if (!hasColumns()) startSimulator();
const page = document.getElementById('page');
if (page) render(<App />, page);
