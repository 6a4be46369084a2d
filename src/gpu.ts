import { runProcess } from './service.js';

await runProcess({ http: false, parts: ['clustering'] });
