import { configure, withBehaviors as built } from '@pastina/core';
import * as core from '@pastina/core';
configure({ behaviors: { objectives: '0.9', layers: '0.1', core: 'latest' } });
built({ '@pastina/objectives': '2.0' }, () => 1);
core.withBehaviors({ 'objectives': '0.2' }, () => 1);
