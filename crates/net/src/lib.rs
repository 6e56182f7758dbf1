//! How Registrar talks to a registry: proxies, TLS rules, and why a connection failed.
