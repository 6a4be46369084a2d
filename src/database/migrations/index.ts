import { Initial1732400000000 } from './1732400000000-initial.js';
import { Map1732500000000 } from './1732500000000-map.js';
import { Sidecars1764000000000 } from './1764000000000-sidecars.js';
import { Webhooks1764100000000 } from './1764100000000-webhooks.js';
import { Access1764200000000 } from './1764200000000-access.js';
import { Setbacks1764300000000 } from './1764300000000-setbacks.js';
import { Review1764400000000 } from './1764400000000-review.js';
import { Exchange1764500000000 } from './1764500000000-exchange.js';
import { WikiApp1764600000000 } from './1764600000000-wiki-app.js';

/** All migrations, oldest first. Append; never change one that has landed. */
export const MIGRATIONS = [
  Initial1732400000000,
  Map1732500000000,
  Sidecars1764000000000,
  Webhooks1764100000000,
  Access1764200000000,
  Setbacks1764300000000,
  Review1764400000000,
  Exchange1764500000000,
  WikiApp1764600000000,
];
