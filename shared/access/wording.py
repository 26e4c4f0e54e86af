"""Chinese names of the roles, for refusals and the printed matrix."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from shared.contracts.vocabulary import Role

ROLE_ZH: Mapping[Role, str] = MappingProxyType(
    {
        Role.REPORTER: "信息员",
        Role.INFO_SECTION: "信息科审核",
        Role.DEPUTY_SIGNER: "分管副主任",
        Role.PRINCIPAL: "主要负责人",
        Role.DUTY_OFFICER: "值班员",
        Role.DUTY_LEAD: "带班领导",
        Role.DUTY_HEAD: "总值班室主任",
        Role.EDITOR: "编辑",
        Role.SCORER: "考核员",
        Role.SUPERVISION: "督办员",
        Role.SECRECY_REVIEWER: "保密审查员",
        Role.AUDITOR: "监督",
        Role.OPERATOR: "运维员",
        Role.UNIT_ADMIN: "单位管理员",
    }
)


def roles_zh(roles: Iterable[Role]) -> str:
    """Return role names in quotation marks, in the order given: “分管副主任”、“主要负责人”."""
    return "、".join(f"“{ROLE_ZH[role]}”" for role in roles)
