/** Name, version and commit of this package; `commit` is stamped when the package is built for a release. */
export const version: { readonly name: string; readonly version: string; readonly commit: string } = {
  name: '@pastina/backend-webgpu',
  version: '0.0.0',
  commit: 'unstamped',
};
