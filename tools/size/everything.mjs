export * from '../../packages/pastina/dist/index.js';
