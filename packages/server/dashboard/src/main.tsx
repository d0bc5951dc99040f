/** The dashboard: what an operator sees of a running server, and can do. It knows the server by its API alone. */
import 'ui-kit/styles.css';
import './dashboard.css';
import { render } from 'preact';
import { followLinks } from 'ui-kit';
import { App } from './app.tsx';
import { resumeSession } from './session.ts';

followLinks('/admin');
void resumeSession();
const page = document.getElementById('page');
if (page) render(<App />, page);
