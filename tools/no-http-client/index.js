const unavailable = () => {
  throw new Error("This action is built without an OIDC client: getIDToken() cannot be used.");
};

export class HttpClient {
  constructor() {
    unavailable();
  }
}

export class BearerCredentialHandler {
  constructor() {
    unavailable();
  }
}
