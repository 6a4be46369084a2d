import { runProcess } from './service.js';

await runProcess({ http: true, parts: [] });
