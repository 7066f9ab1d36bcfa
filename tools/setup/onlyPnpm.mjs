// `npm install` cannot read a pnpm workspace; say so before it fails with something obscure.
if (!(process.env.npm_config_user_agent ?? '').startsWith('pnpm')) {
  console.error('This is a pnpm workspace. Nothing needs to be installed by hand: run `npm start` or `npm test`.\nTo install only: npx --yes pnpm@12.21.0 install');
  process.exit(1);
}
