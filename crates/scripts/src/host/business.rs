//! `record.*`, `search.*` and `query.*`: the calls of `N/record`, `N/search` and `N/query` over the account's records.
