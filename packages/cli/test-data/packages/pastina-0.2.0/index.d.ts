export * from '@pastina/core';
export * from '@pastina/layers';
export * from '@pastina/objectives';
export * as initializers from './initializers.js';
