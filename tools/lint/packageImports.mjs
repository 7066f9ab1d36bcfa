/** The arrows between packages (docs/architecture.md): what each may import at run time. */
export const allowed = {
  core: [],
  objectives: ['@pastina/core'],
  layers: ['@pastina/core'],
  updates: ['@pastina/core'],
  training: ['@pastina/core', '@pastina/objectives', '@pastina/layers', '@pastina/updates', 'fflate'],
  'backend-wasm': ['@pastina/core'],
  'backend-webgpu': ['@pastina/core'],
  cli: ['@babel/parser', '@babel/traverse', '@babel/types', 'magic-string', 'semver'],
  pastina: ['@pastina/core', '@pastina/objectives', '@pastina/layers', '@pastina/updates', '@pastina/training', '@pastina/backend-wasm', '@pastina/backend-webgpu'],
};

/** Files behind entry points of their own, and what they may import besides. */
const besides = [
  { file: /\/training\/src\/terminal[/.]/, imports: /^(node:|cli-progress$)/ },
  { file: /\/training\/src\/plot[/.]/, imports: /^(echarts\/|simple-ascii-chart$)/ },
  { file: /\/training\/src\/data\/hdf5\.ts$/, imports: /^h5wasm$/ },
  { file: /\/training\/src\/node[/.]/, imports: /^node:/ },
  { file: /\/cli\/src\//, imports: /^node:/ },
];

export const packageImports = {
  create(context) {
    const place = /\/packages\/([\w-]+)\/src\/(.*)$/.exec(context.filename.replaceAll('\\', '/'));
    if (place === null) return {};
    const [path, folder, inside] = place;
    const check = (node) => {
      const name = node.source?.value;
      if (typeof name !== 'string') return;
      const problem = name.startsWith('.') ? leaves(inside, name) : foreign(folder, path, name);
      if (problem !== undefined) context.report({ node, message: problem });
    };
    return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check, ImportExpression: check };
  },
};

function leaves(inside, name) {
  const up = name.split('/').filter((part) => part === '..').length;
  return up > inside.split('/').length - 1 ? `'${name}' leaves the package; import the other package by its name` : undefined;
}

function foreign(folder, path, name) {
  const known = allowed[folder] ?? [];
  if (known.some((one) => name === one || name.startsWith(`${one}/`))) return undefined;
  if (besides.some(({ file, imports }) => file.test(path) && imports.test(name))) return undefined;
  if (name.startsWith('node:')) return `'${name}' runs in Node only; packages run in browsers too`;
  return `packages/${folder} may import ${known.length === 0 ? 'nothing' : known.join(', ')}; not '${name}'`;
}
