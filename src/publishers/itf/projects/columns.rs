//! The columns of the yearly lists of approved projects.

use crate::domain::record::{Column, ValueShape};

pub(super) static NUMBER: Column = Column::optional("number", &["No.", "Number", "Item"])
    .chinese(&["編號", "項目"], &["编号", "项目"])
    .shape(ValueShape::Serial)
    .means(&["serial", "number"])
    .may_mean(&["projectname"]);
pub(super) static PROGRAMME: Column =
    Column::expected("programme", &["Programme", "Program", "Funding Programme", "Scheme"])
        .chinese(&["計劃", "資助計劃"], &["计划", "资助计划"])
        .shape(ValueShape::Category)
        .means(&["scheme", "scheme code"])
        .beside(&["amount", "category", "projectname", "code"])
        .contrasts(&["date", "year", "count"]);
pub(super) static REFERENCE: Column =
    Column::expected("reference", &["Reference No.", "Reference", "Project Reference", "Ref. No.", "Project No."])
        .chinese(&["檔案編號", "項目編號", "參考編號", "申請編號"], &["档案编号", "项目编号", "参考编号", "申请编号"])
        .shape(ValueShape::Reference)
        .means(&["reference", "projectname number"])
        .may_mean(&["registration", "code"])
        .beside(&["projectname", "application", "requested", "public"])
        .contrasts(&["date", "telephone", "count", "tender"]);
pub(in crate::publishers::itf) static TITLE: Column =
    Column::required("title", &["Project Title", "Title", "Title of Project", "Project Name"])
        .chinese(&["項目名稱", "項目標題", "計劃名稱"], &["项目名称", "项目标题", "计划名称"])
        .shape(ValueShape::Title)
        .means(&["title", "projectname title", "projectname name"])
        .may_mean(&["projectname"])
        .beside(&["projectname", "research", "description", "approved"])
        .contrasts(&["organisation", "person"]);
pub(super) static LEAD_APPLICANT: Column =
    Column::expected("leadApplicant", &["Lead Applicant", "Applicant", "Lead Organisation", "Organisation"])
        .chinese(
            &["主要申請機構", "申請機構", "主要申請者", "申請者"],
            &["主要申请机构", "申请机构", "主要申请者", "申请者"],
        )
        .shape(ValueShape::Organisation)
        .means(&["applicant", "lead applicant", "lead organisation", "lead university", "grantee", "lead company"])
        .may_mean(&[
            "organisation",
            "host",
            "university",
            "investigator organisation",
            "company",
            "beneficiary organisation",
        ])
        .beside(&["lead", "projectname", "organisation", "company", "university", "code"])
        .contrasts(&[
            "coapplicant",
            "partner",
            "sponsor",
            "address",
            "category",
            "person",
            "investigator",
            "participant",
        ]);
pub(in crate::publishers::itf) static APPROVED: Column = Column::expected(
    "approved",
    &[
        "Funds Approved ($M)",
        "Funds Approved (HK$M)",
        "Funds Approved (HK$ million)",
        "Funds Approved (HK$)",
        "Funds Approved",
        "Approved Amount",
    ],
)
.chinese(
    &["批出資助額(百萬元)", "批准款額(百萬元)", "批准撥款(百萬元)", "獲批款額(百萬元)", "獲批資助額(百萬元)"],
    &["批出资助额(百万元)", "批准款额(百万元)", "批准拨款(百万元)", "获批款额(百万元)", "获批资助额(百万元)"],
)
.shape(ValueShape::Money)
.means(&["approved amount", "original amount", "amount approved"])
.may_mean(&["amount", "projectname amount"])
.beside(&["projectname", "approved", "original", "total", "scheme", "scheme"])
.contrasts(&[
    "revised",
    "requested",
    "actual",
    "estimate",
    "cost",
    "contribution",
    "expenditure",
    "average",
    "share",
    "foreign",
]);
pub(super) static REVISED: Column = Column::optional(
    "revised",
    &["Revised Funds Approved ($M)", "Revised Funds Approved (HK$M)", "Revised Funds Approved", "Revised Amount"],
)
.chinese(
    &["經修訂的資助額(百萬元)", "修訂批准款額(百萬元)", "修訂後批准款額(百萬元)", "經修訂的批准款額(百萬元)"],
    &["经修订的资助额(百万元)", "修订批准款额(百万元)", "修订后批准款额(百万元)", "经修订的批准款额(百万元)"],
)
.shape(ValueShape::Money)
.means(&["revised amount"])
.may_mean(&["revised approved"])
.beside(&["approved", "projectname"])
.contrasts(&["original", "requested", "estimate", "expenditure", "cost"]);
pub(super) static TECHNOLOGY_AREAS: Column =
    Column::optional("technologyAreas", &["Technology Areas", "Technology Area"])
        .chinese(&["科技範疇"], &["科技范畴"])
        .shape(ValueShape::Text)
        .means(&["technology"])
        .beside(&["projectname"]);
pub(super) static STARTS_ON: Column = Column::optional("startsOn", &["Project Period Start", "Start Date"])
    .shape(ValueShape::Date)
    .means(&["start date"])
    .may_mean(&["start"])
    .beside(&["projectname", "duration", "date"])
    .contrasts(&["end", "closing", "updated"]);
pub(super) static ENDS_ON: Column = Column::optional("endsOn", &["Project Period End", "End Date"])
    .shape(ValueShape::Date)
    .means(&["end date"])
    .may_mean(&["end"])
    .beside(&["projectname", "duration", "date"])
    .contrasts(&["start", "closing", "updated"]);
pub(super) static PARTNERS: Column = Column::optional("partners", &["Company Partner", "Company Partners"])
    .shape(ValueShape::Organisation)
    .means(&["partner"])
    .may_mean(&["sponsor"])
    .beside(&["company", "organisation", "projectname", "industry"])
    .contrasts(&["address", "count", "amount"]);
pub(in crate::publishers::itf) static REMARKS: Column = Column::optional("remarks", &["Remarks", "Remark"])
    .chinese(&["備註"], &["备注"])
    .shape(ValueShape::Text)
    .means(&["remarks"])
    .beside(&["projectname", "updated"]);
