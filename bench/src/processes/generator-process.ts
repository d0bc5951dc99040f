/** The generator of our own, in a process of its own. */
import { sendRequests } from '../intake/send-requests.ts';
import { answerRequests } from './answer-requests.ts';

answerRequests({ generate: sendRequests });
