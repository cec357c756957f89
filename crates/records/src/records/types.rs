//! The types that an account has, and those it declares of its own.

use std::sync::Arc;

use super::{Records, Undone, changing};
use crate::catalog::Catalog;
use crate::error::RecordsError;
use crate::own::{self, Declaration, Declared, ListValues};
use crate::queries::Types;
use crate::record::Stamp;

impl Records {
    /// The same records, with the types that are declared now.
    #[must_use]
    pub fn current(&self) -> Self {
        Self {
            types: self.latest.load_full(),
            ..self.clone()
        }
    }

    /// The types that every account has.
    pub fn base(&self) -> &Catalog {
        &self.base
    }

    /// What the account declares of its own.
    pub async fn declarations(&self) -> Result<Vec<Declaration>, RecordsError> {
        self.database.read(own::stored).await
    }

    /// Declares types, fields and lists of the account's own, or says what that would come to (`dry_run`). Handles that are
    /// made afterwards know them.
    ///
    /// # Errors
    /// Among others [`RecordsError::Declaration`] for what does not fit what is there: then nothing is declared.
    pub async fn declare(
        &self,
        declarations: Vec<Declaration>,
        lists: Vec<ListValues>,
        stamp: Stamp,
        dry_run: bool,
    ) -> Result<Declared, RecordsError> {
        let _turn = self.turn.lock().await;
        let base = Arc::clone(&self.base);
        let declaring = changing(&self.database, move |transaction| {
            let (catalog, declared) = own::declare(transaction, &base, &declarations, &lists, stamp)?;
            match dry_run {
                true => Err(Undone::Looked(declared)),
                false => Ok((catalog, declared)),
            }
        });
        match declaring.await {
            Ok((catalog, declared)) => {
                self.latest.store(Arc::new(Types::new(catalog)));
                Ok(declared)
            }
            Err(Undone::Looked(declared)) => Ok(declared),
            Err(Undone::Failed(error)) => Err(error),
        }
    }

    /// Reads the types anew, after what the file holds was replaced. While the writers wait this waits for none.
    pub async fn reread(&self) -> Result<(), RecordsError> {
        let _turn = self.turn.lock().await;
        let base = Arc::clone(&self.base);
        let catalog = self
            .database
            .read(move |connection| own::catalog(connection, &base))
            .await?;
        self.latest.store(Arc::new(Types::new(catalog)));
        Ok(())
    }
}
