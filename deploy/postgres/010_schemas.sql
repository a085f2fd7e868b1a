-- Schemas, each owned by nattljus_owner and written by one service's login role. Roles are made by migrate.py before this file.
CREATE SCHEMA IF NOT EXISTS intake;
CREATE SCHEMA IF NOT EXISTS liaison;
CREATE SCHEMA IF NOT EXISTS projections;
CREATE SCHEMA IF NOT EXISTS projections_next;
CREATE SCHEMA IF NOT EXISTS projections_last;
CREATE SCHEMA IF NOT EXISTS keyring;
CREATE SCHEMA IF NOT EXISTS portal;
CREATE SCHEMA IF NOT EXISTS operations;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
