//! The columns of the lists of accreditations.

use crate::domain::record::{Column, ValueShape};

pub(super) static REGISTRATION: Column = Column::expected(
    "registrationNumber",
    &[
        "Registration No.",
        "Registration Number",
        "Reg. No.",
        "HOKLAS No.",
        "HKCAS No.",
        "HKIAS No.",
        "Accreditation No.",
    ],
)
.chinese(&["註冊編號", "註冊號碼", "認可編號"], &["注册编号", "注册号码", "认可编号"])
.shape(ValueShape::Reference)
.means(&["registration", "number registration", "holder reference"])
.may_mean(&["reference", "code", "number"])
.beside(&["organisation", "laboratory", "designated", "holder"])
.contrasts(&["date", "telephone", "count", "serial"]);
pub(super) static FIELD: Column =
    Column::optional("fields", &["Field", "Field(s)", "Fields", "Field of Accreditation"])
        .chinese(&["範疇"], &["范畴"])
        .shape(ValueShape::Code)
        .means(&["field code", "field"])
        .may_mean(&["scheme", "code"])
        .beside(&["designated", "service", "scheme"])
        .contrasts(&["count", "registration"]);
pub(super) static NAME: Column = Column::required(
    "name",
    &[
        "Name of Organisation",
        "Name of Organization",
        "Organisation",
        "Name of Laboratory",
        "Laboratory Name",
        "Laboratory Name (English)",
        "Name (English)",
        "Name",
        "Name of Organisation (English)",
        "Name of Certification Body",
        "Name of Inspection Body",
    ],
)
.chinese(
    &[
        "Name of Organisation (Traditional Chinese)",
        "Laboratory Name (Traditional Chinese)",
        "Name (Traditional Chinese)",
        "Laboratory Name (Chinese)",
        "Name of Organisation (Chinese)",
        "Name (Chinese)",
        "機構名稱",
        "實驗所名稱",
        "名稱",
    ],
    &[
        "Name of Organisation (Simplified Chinese)",
        "Laboratory Name (Simplified Chinese)",
        "Name (Simplified Chinese)",
        "机构名称",
        "实验所名称",
        "名称",
    ],
)
.shape(ValueShape::Organisation)
.means(&["organisation", "laboratory", "holder", "company", "designated organisation"])
.may_mean(&["name", "title", "applicant"])
.beside(&["organisation", "laboratory", "designated", "holder", "company"])
.contrasts(&["address", "category", "person", "size", "employer"]);
pub(super) static ADDRESS: Column = Column::optional("address", &["Address", "Address (English)"])
    .chinese(&["Address (Traditional Chinese)", "Address (Chinese)", "地址"], &["Address (Simplified Chinese)"])
    .shape(ValueShape::Address)
    .means(&["address"])
    .may_mean(&["floor"])
    .beside(&["organisation", "laboratory", "holder", "department", "company"])
    .contrasts(&["email", "website"]);
pub(super) static TELEPHONE: Column =
    Column::optional("telephone", &["Telephone", "Tel.", "Tel", "Telephone No.", "Phone"])
        .chinese(&["電話"], &["电话"])
        .shape(ValueShape::Telephone)
        .means(&["telephone"])
        .may_mean(&["person"])
        .beside(&["organisation", "laboratory", "holder", "person", "personal"])
        .contrasts(&["fax", "count", "email"]);
pub(super) static WEBSITE: Column = Column::optional("website", &["Website", "Web Site", "URL", "Homepage"])
    .chinese(&["網址", "網頁"], &["网址", "网页"])
    .shape(ValueShape::Url)
    .means(&["website"])
    .beside(&["description", "laboratory", "holder", "organisation", "company"])
    .contrasts(&["image", "person"]);
pub(super) static CATEGORY: Column = Column::expected(
    "testCategories",
    &[
        "Test Category",
        "Test Categories",
        "Category",
        "Accreditation Area",
        "Inspection Area",
        "Scope",
        "Scope of Accreditation",
    ],
)
.chinese(
    &["Test Category (Traditional Chinese)", "測試類別", "認可範圍"],
    &["Test Category (Simplified Chinese)", "测试类别", "认可范围"],
)
.shape(ValueShape::Text)
.means(&[
    "service",
    "category",
    "designated service",
    "service category",
    "designated district",
    "designated field",
    "service field",
    "testing district",
    "testing category",
    "testing field",
    "testing service",
])
.may_mean(&["field", "technology"])
.beside(&["designated", "laboratory", "service", "field", "organisation"])
.contrasts(&["count", "scheme", "date", "code"]);
pub(super) static AS_AT: Column = Column::optional("asOf", &["As At", "As of", "Date", "Last Updated"])
    .chinese(&["截至"], &["截止"])
    .shape(ValueShape::Text)
    .means(&["updated", "updated date", "updated time"])
    .beside(&["date"])
    .contrasts(&["designated", "end", "start", "closing"]);
pub(super) static REMARKS: Column = Column::optional("remarks", &["Remarks", "Remark"])
    .chinese(&["備註"], &["备注"])
    .shape(ValueShape::Text)
    .means(&["remarks"])
    .beside(&["projectname", "updated"]);
