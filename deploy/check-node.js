/**
 * Before `npm start`: a Node that cannot run TypeScript would say so in a stack trace. Plain JavaScript, since such a
 * Node has to run it; what it requires is `engines` of package.json.
 */
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `Node ${process.versions.node} is too old: install Node 22.18 or later; or \`npm ci\` without --omit=dev, which brings Node 24\n`,
  );
  process.exit(1);
}
