import { withBehaviors } from '@pastina/core';
withBehaviors({ objectives: '0.2', core: 'next' }, () => 1);
