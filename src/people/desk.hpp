// SPDX-License-Identifier: Apache-2.0
// What every use case of the desk stands on, and how it begins: a person, an act, a permission.
//
// Ownership: refers to what the program owns. Threads: any.
#pragma once

#include "base/calendar.hpp"
#include "ledger/ledger.hpp"
#include "ledger/vault.hpp"
#include "people/permissions.hpp"
#include "people/session.hpp"
#include "store/connection_pool.hpp"

namespace tocsin::people {

struct Desk {
  ledger::Ledger& ledger;
  store::ConnectionPool& readers;  ///< read-only connections to node.db
  const ledger::Vault& vault;
  const Permissions& permissions;
  const base::Clock& clock;
};

}  // namespace tocsin::people
