import type { Scenario } from "../scenario.ts";

export interface Account {
  login: string;
  id: number;
  isBot: boolean;
}

/** Finds accounts by login. A login that the scenario does not describe gets an account at its first use. */
export function createAccounts(scenario: Scenario): (login: string) => Account {
  const accounts = new Map<string, Account>();
  for (const { login, id, type } of Object.values(scenario.tokens)) {
    accounts.set(login, { login, id, isBot: type === "installation" });
  }
  for (const { creator } of scenario.existing ?? []) {
    accounts.set(creator.login, { ...creator, isBot: false });
  }
  let lastId = 9000;
  return (login) => {
    const known = accounts.get(login);
    if (known !== undefined) {
      return known;
    }
    lastId += 1;
    const account = { login, id: lastId, isBot: login.endsWith("[bot]") };
    accounts.set(login, account);
    return account;
  };
}
