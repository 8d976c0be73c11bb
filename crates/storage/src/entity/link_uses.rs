//! Who used links.

use ochre_domain::model::{LinkId, LinkUse, Timestamp, UserId};
use sea_orm::{Set, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "link_uses")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub link_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    pub at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for LinkUse {
    fn from(row: Model) -> Self {
        Self { link: LinkId::new(row.link_id), user: UserId::new(row.user_id), at: Timestamp::from_micros(row.at) }
    }
}

impl From<&LinkUse> for ActiveModel {
    fn from(link_use: &LinkUse) -> Self {
        Self { link_id: Set(link_use.link.uuid()), user_id: Set(link_use.user.uuid()), at: Set(link_use.at.micros()) }
    }
}
