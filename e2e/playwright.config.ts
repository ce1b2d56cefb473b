import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig, devices } from '@playwright/test'
import { freePorts } from '../tools/free-ports.ts'

// The configuration is read again by each worker; they must find the server of the first reading.
process.env.ZENOPS_STORIES_PORT ??= String(await freePorts())
process.env.ZENOPS_STORIES_HOME ??= mkdtempSync(join(tmpdir(), 'zenops-stories-'))
const port = Number(process.env.ZENOPS_STORIES_PORT)
const home = process.env.ZENOPS_STORIES_HOME
const executablePath = process.env.CHROMIUM_PATH

/** Nothing of the browser's own traffic may disturb a story. */
const BROWSER_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.story.ts',
  // One firm for all stories: one after the other. A flaky story is a product bug, so none is tried twice.
  workers: 1,
  retries: 0,
  timeout: 60_000,
  globalTimeout: 17 * 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  outputDir: './test-results',
  // Where the stories look for the mails that the product has sent.
  metadata: { home, metricsPort: port + 3 },
  globalTeardown: './after-stories.ts',
  reporter: [['list']],
  use: {
    ...devices['Desktop Chrome'],
    baseURL: `http://localhost:${port}`,
    viewport: { width: 1440, height: 900 },
    locale: 'en-IN',
    timezoneId: 'Asia/Kolkata',
    trace: 'retain-on-failure',
    launchOptions: { args: BROWSER_FLAGS, ...(executablePath ? { executablePath } : {}) },
  },
  webServer: {
    command: `"${process.execPath}" server.ts "${home}" ${port + 4}`,
    url: `http://localhost:${port}/v1/ready`,
    timeout: 120_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 20_000 },
    stdout: 'ignore',
    env: {
      ZENOPS_HOME: home,
      PORT: String(port),
      METRICS_PORT: String(port + 3),
      SMTP_URL: `smtp://127.0.0.1:${port + 4}`,
      ZENOPS_DEMO_MODE: 'on',
      LOG_LEVEL: 'info',
      // All stories come from one address, and a few people tell many of them.
      RATE_LIMIT_ANONYMOUS_RPM: '100000',
      RATE_LIMIT_SIGNED_IN_RPM: '100000',
      AUTH_LOGIN_RPM: '0',
      // What is done is signed and published while a story still looks.
      AUDIT_CHECKPOINT_SECONDS: '1',
      AUDIT_NOTARY_SECONDS: '2',
    },
  },
})
