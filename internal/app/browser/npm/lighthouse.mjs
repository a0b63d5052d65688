// Runs Lighthouse on the pages that are named, one line of JSON each, on the standard input, and answers with one line for each.
// Usage: node lighthouse.mjs CHROMIUM < jobs
// A job is {"url", "headers", "times"}; an answer {"url", "performance": [each time], "accessibility", "best-practices", "faults": [...]}.
import { createInterface } from 'node:readline';
import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';

const chrome = await launch({
  chromePath: process.argv[2],
  chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--no-proxy-server'],
  logLevel: 'silent',
});
// A trace that was not recorded, which happens on a busy machine, says nothing about the page: Lighthouse itself asks to be run again.
async function look(job) {
  for (let left = 3; ; left--) {
    const { lhr } = await lighthouse(job.url, {
      port: chrome.port, logLevel: 'silent', output: 'json', extraHeaders: job.headers, onlyCategories: ['performance', 'accessibility', 'best-practices'],
    });
    if (!lhr.runtimeError) return lhr;
    if (left === 1) throw new Error(`${job.url}: ${lhr.runtimeError.message}`);
  }
}
try {
  for await (const line of createInterface({ input: process.stdin })) {
    const job = JSON.parse(line);
    const answer = { url: job.url, performance: [], accessibility: 1, 'best-practices': 1, faults: [], at: '' };
    for (let i = 0; i < job.times; i++) {
      const lhr = await look(job);
      answer.at = lhr.finalDisplayedUrl;
      answer.performance.push(lhr.categories.performance.score);
      for (const name of ['accessibility', 'best-practices']) {
        answer[name] = Math.min(answer[name], lhr.categories[name].score);
        for (const { id, weight } of lhr.categories[name].auditRefs) {
          const { score, title } = lhr.audits[id];
          const fault = `${id}: ${title}`;
          if (weight > 0 && score !== null && score < 1 && !answer.faults.includes(fault)) answer.faults.push(fault);
        }
      }
    }
    console.log(JSON.stringify(answer));
  }
} finally {
  chrome.kill();
}
