// Calls endpoints as @gradio/client does: reads {url, calls: {name: arguments}} from stdin and
// prints {name: answer}.
import { Client } from '@gradio/client';

const text = await new Promise((resolve) => {
  let all = '';
  process.stdin.on('data', (part) => { all += part; }).on('end', () => resolve(all));
});
const { url, calls } = JSON.parse(text);
const client = await Client.connect(url);
const answers = {};
for (const [name, given] of Object.entries(calls)) {
  answers[name] = (await client.predict(name, given)).data[0];
}
// Its stream of answers stays open: end when everything is written.
process.stdout.write(`${JSON.stringify(answers)}\n`, () => process.exit(0));
