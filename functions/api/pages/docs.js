// The OpenAPI document in Swagger UI; the key that the playground was given is used here too.
import { readKey } from "./keep.js";

const BASE = document.documentElement.dataset.base;

const ui = globalThis.SwaggerUIBundle({
  url: `${BASE}/openapi.json`,
  dom_id: "#document",
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  defaultModelExpandDepth: 2,
  tryItOutEnabled: true,
  validatorUrl: null, // asks nobody else
  onComplete() {
    const key = readKey();
    if (key) ui.preauthorizeApiKey("secret", key);
  },
});
