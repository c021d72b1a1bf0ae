import { describe, expect, it } from "@jest/globals";
import type { IssueComment } from "../../../src/github/issues.ts";
import {
  checkEvent,
  getTriggerTime,
  readEventIssue,
  selectCommentsBefore,
} from "../../../src/prompt/issue-snapshot.ts";
import { runnerOf } from "../../support/builders.ts";
import { MINUTE, NOW, SECOND } from "../../support/clock.ts";

const iso = (time: number) => new Date(time).toISOString();
const on = (eventName: string, event: Record<string, unknown>) => runnerOf({ eventName, event });
const issue = { number: 12, title: "Crash", body: "It crashes.", updated_at: iso(NOW - MINUTE) };

const commentOf = (changes: Partial<IssueComment> = {}): IssueComment => ({
  id: "1",
  author: "wendy",
  authorIsBot: false,
  body: "Yes.",
  createdAt: NOW - MINUTE,
  updatedAt: NOW - MINUTE,
  ...changes,
});

describe("the issue of the event", () => {
  it("is the one of that number", () => {
    const text = { title: "Crash", body: "It crashes.", isPullRequest: false };
    expect(readEventIssue(on("issues", { issue }), 12)).toEqual(text);
    expect(
      readEventIssue(on("issue_comment", { issue: { ...issue, body: null, pull_request: {} } }), 12),
    ).toEqual({
      ...text,
      body: "",
      isPullRequest: true,
    });
  });

  it.each([{}, { issue: null }, { issue: { ...issue, number: 13 } }, { issue: { number: 12 } }])(
    "is none in %j",
    (event) => expect(readEventIssue(on("issues", event), 12)).toBeNull(),
  );
});

describe("an event", () => {
  const comment = { id: 7, body: "/do", updated_at: iso(NOW) };
  const edited = { ...issue, body: null };

  it.each([
    ["issues", { issue }, true],
    ["issues", { issue: edited }, true],
    ["issues", { issue: { ...issue, updated_at: "soon" } }, false],
    ["issue_comment", { issue, comment }, true],
    ["issue_comment", { issue, comment: { ...comment, id: "x" } }, false],
    ["issue_comment", { issue, comment: { ...comment, body: null } }, false],
    ["issue_comment", { issue, comment: { ...comment, updated_at: null } }, false],
    ["issue_comment", { issue }, false],
    ["schedule", {}, true],
    ["pull_request_target", {}, true],
  ])("%s with %j tells the comments' time: %s", (name, event, expected) => {
    expect(checkEvent(on(name, event), { withComments: true })).toBe(expected);
  });

  it.each([
    ["issues", {}, false],
    ["issues", { issue: [] }, false],
    ["issues", { issue: { ...issue, number: "12" } }, false],
    ["issues", { issue: { ...issue, title: null } }, false],
    ["issues", { issue: { ...issue, body: 1 } }, false],
    ["issues", { issue: { ...issue, number: 13, updated_at: "soon" } }, true],
    ["issue_comment", { issue }, true],
  ])("%s with %j tells the issue: %s", (name, event, expected) => {
    expect(checkEvent(on(name, event), { withComments: false })).toBe(expected);
  });
});

describe("when the run was triggered", () => {
  it("is when the issue was last changed", () => {
    expect(getTriggerTime(on("issues", { issue }), NOW)).toEqual({ at: NOW - MINUTE, comment: null });
  });

  it("is when the comment was written or edited", () => {
    const comment = { id: 7, body: "/do", created_at: iso(NOW - MINUTE) };
    const moment = { at: NOW - MINUTE, comment: { id: "7", body: "/do" } };
    expect(getTriggerTime(on("issue_comment", { comment }), NOW)).toEqual(moment);
    const edited = { ...comment, updated_at: iso(NOW - SECOND) };
    expect(getTriggerTime(on("issue_comment", { comment: edited }), NOW)).toEqual({
      ...moment,
      at: NOW - SECOND,
    });
  });

  it.each([
    ["schedule", {}],
    ["issues", {}],
    ["issues", { issue: { ...issue, updated_at: "soon" } }],
    ["workflow_dispatch", { issue }],
  ])("is now on %s with %j", (name, event) => {
    expect(getTriggerTime(on(name, event), NOW)).toEqual({ at: NOW, comment: null });
  });

  it("is now for a comment without times or text", () => {
    expect(getTriggerTime(on("issue_comment", { comment: { id: 7 } }), NOW)).toEqual({
      at: NOW,
      comment: { id: "7", body: "" },
    });
  });
});

describe("the comments before it", () => {
  const kept = (comment: Partial<IssueComment>, trigger: { id: string; body: string } | null = null) =>
    selectCommentsBefore([commentOf(comment)], { at: NOW, comment: trigger });

  it("were made and last edited before", () => {
    expect(kept({})).toHaveLength(1);
    expect(kept({ createdAt: NOW })).toEqual([]);
    expect(kept({ updatedAt: NOW })).toEqual([]);
    expect(kept({ updatedAt: NOW + MINUTE })).toEqual([]);
  });

  it("have the one that triggered the run, as it was then", () => {
    const edited = { createdAt: NOW, updatedAt: NOW + MINUTE, body: "evil" };
    expect(kept(edited, { id: "1", body: "/do" })).toMatchObject([{ body: "/do" }]);
    expect(kept(edited, { id: "2", body: "/do" })).toEqual([]);
  });
});
