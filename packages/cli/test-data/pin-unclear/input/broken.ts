import { pad } from '@pastina/core';
const = pad(1);
