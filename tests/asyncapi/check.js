// Parses an AsyncAPI document with the official parser: prints a line for each finding, then the channels; status 1 where it has an error.
const { readFileSync } = require("fs");
const { Parser } = require("@asyncapi/parser");

new Parser().parse(readFileSync(process.argv[2], "utf8")).then(({ document, diagnostics }) => {
  for (const { severity, path, message } of diagnostics) console.log(`finding ${severity} ${path.join("/")} ${message}`);
  if (!document) process.exit(1);
  for (const channel of document.channels().all()) {
    console.log(`channel ${channel.address()} ${channel.messages().all().map((message) => message.id())}`);
  }
});
