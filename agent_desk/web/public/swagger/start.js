// Starts Swagger UI on our own description; "Try it out" acts as the person who is logged in.
"use strict";

/** Requests that change something carry the token of the session, as the desk's do. */
async function withToken(request) {
  if ((request.method ?? "GET").toUpperCase() === "GET") return request;
  const me = await fetch("/api/me");
  if (me.ok) request.headers["X-CSRF-Token"] = (await me.json()).csrf;
  return request;
}

window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: "none", // the online validator is somebody else's server
  requestInterceptor: withToken,
});
