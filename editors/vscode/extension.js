// Starts `nngen lsp` for .nn files.
const path = require('path');
const vscode = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

/** The command of the settings; a path with a separator is relative to the workspace's first folder. */
function command() {
  const configured = vscode.workspace.getConfiguration('nngen').get('command');
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  return folder && /[\\/]/.test(configured) ? path.resolve(folder, configured) : configured;
}

async function start() {
  const run = { command: command(), args: ['lsp'] };
  client = new LanguageClient('nngen', 'nngen', { run, debug: run }, {
    documentSelector: [{ language: 'nngen' }],
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher('**/*.nn') },
  });
  try {
    await client.start();
  } catch (fault) {
    vscode.window.showErrorMessage(`nngen: cannot start \`${run.command} lsp\`; set nngen.command. ${fault}`);
  }
}

exports.activate = async context => {
  context.subscriptions.push(vscode.commands.registerCommand('nngen.restart', async () => {
    await exports.deactivate();
    await start();
  }));
  await start();
};

exports.deactivate = () => client?.stop();
