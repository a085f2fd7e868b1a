"""Digg's REST API profile (the rules of its linter that apply), over the documents of the three APIs. Rule ids stand in the names."""

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.profile.apis import DOCUMENTS, Operation, operations, parameters, resolved

API = pytest.mark.parametrize("name", DOCUMENTS)
OPERATION = pytest.mark.parametrize("operation", operations(), ids=lambda each: f"{each[0]} {each[1]} {each[2]}")
CAMEL = re.compile(r"[a-z][a-zA-Z0-9]*")
VERBS = ("get-", "create-", "update-", "delete-", "set-", "fetch-")


@API
def test_dok_03_dok_01_the_head_says_who_stands_behind_it(name: str) -> None:
    info = DOCUMENTS[name]["info"]
    assert {"title", "version", "description", "termsOfService", "contact", "license"} <= set(info)
    assert set(info["contact"]) == {"name", "url", "email"}
    assert {"name", "url"} <= set(info["license"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", info["version"])


@API
def test_dok_06_dok_07_dok_11_it_is_described_in_swedish_and_english(name: str) -> None:
    swedish, english = DOCUMENTS[name]["info"]["description"].split("\n\n")[:2]
    assert re.search(r"\b(och|här|till|varje)\b", swedish, re.IGNORECASE)
    assert re.search(r"\b(and|here|every)\b", english, re.IGNORECASE)


@API
def test_dok_08_dok_09_limits_and_service_level_are_said(name: str) -> None:
    said = DOCUMENTS[name]["info"]["description"].lower()
    assert "limit" in said
    assert "begränsning" in said
    assert "service level" in said


@API
def test_ufn_01_ufn_02_ver_05_sak_01_the_address_is_https_with_api_and_version(name: str) -> None:
    for server in DOCUMENTS[name]["servers"]:
        assert re.fullmatch(rf"https://[a-z.]+/{name}/v\d+", server["url"])


@API
def test_ver_06_it_tells_about_itself(name: str) -> None:
    operation = DOCUMENTS[name]["paths"]["/api-info"]["get"]
    schema = resolved(name, operation["responses"]["200"]["content"]["application/json"]["schema"])
    assert {"apiName", "apiVersion", "apiReleased", "apiDocumentation", "apiStatus"} <= set(schema["properties"])


@API
def test_mog_01_it_has_more_than_one_path_and_method(name: str) -> None:
    paths = DOCUMENTS[name]["paths"]
    assert len(paths) >= 2
    assert len({method for item in paths.values() for method in item}) >= (1 if name == "projections" else 2)


@API
def test_sak_09_sak_10_the_one_scheme_is_bearer_with_jwt(name: str) -> None:
    schemes = DOCUMENTS[name]["components"]["securitySchemes"]
    assert [(each["type"], each["scheme"], each["bearerFormat"]) for each in schemes.values()] == [("http", "bearer", "JWT")]


@API
def test_fel_01_a_problem_is_described_as_one(name: str) -> None:
    problem = DOCUMENTS[name]["components"]["schemas"]["Problem"]
    assert problem["type"] == "object"
    assert {"type", "title", "status", "detail", "instance"} <= set(problem["properties"])
    assert not {"HTTPValidationError", "ValidationError"} & set(DOCUMENTS[name]["components"]["schemas"])


@API
def test_ame_05_one_way_of_naming(name: str) -> None:
    for schema in DOCUMENTS[name]["components"]["schemas"].values():
        assert [each for each in schema.get("properties", {}) if not CAMEL.fullmatch(each)] == []


@API
def test_dot_02_dot_04_a_date_time_has_an_example_in_utc(name: str) -> None:
    for schema in DOCUMENTS[name]["components"]["schemas"].values():
        for each in schema.get("properties", {}).values():
            if any(kind.get("format") == "date-time" for kind in (each, *each.get("anyOf", []))):
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", each["example"])


@API
def test_dok_20_every_reference_leads_somewhere(name: str) -> None:
    def follow(value: Any) -> None:
        if isinstance(value, dict):
            if "$ref" in value:
                resolved(name, value)
            for each in value.values():
                follow(each)
        elif isinstance(value, list):
            for each in value:
                follow(each)

    follow(DOCUMENTS[name])


@API
def test_operation_ids_are_unique_names(name: str) -> None:
    ids = [operation["operationId"] for api, _, _, operation in operations() if api == name]
    assert len(set(ids)) == len(ids)
    assert all(CAMEL.fullmatch(each) for each in ids)


@OPERATION
def test_dok_19_arq_05_every_operation_is_described(operation: Operation) -> None:
    _, method, _, said = operation
    assert said["summary"]
    assert said["description"]
    assert said["tags"]
    assert method in {"get", "post", "put", "patch", "delete"}


@OPERATION
def test_ufn_07_ufn_08_ufn_09_res_06_a_path_is_lower_case_words_with_hyphens(operation: Operation) -> None:
    path = operation[2]
    for part in path.strip("/").split("/"):
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*|\{[a-z][a-zA-Z0-9]*\}", part), path
        assert not part.startswith(VERBS)
    assert not path.endswith("/")


@OPERATION
def test_fns_03_fns_07_res_02_parameters_are_camel_case_and_never_carry_an_identity_number(operation: Operation) -> None:
    for each in parameters(operation[0], operation[3]):
        if each["in"] in {"query", "path"}:
            assert CAMEL.fullmatch(each["name"])
            assert not re.search(r"personnummer|pnr|ssn|identity", each["name"], re.IGNORECASE)
        assert each["name"].lower() not in {"authorization", "accept", "content-type"}


@OPERATION
def test_fns_08_fns_09_a_page_has_a_limit_of_twenty(operation: Operation) -> None:
    for each in parameters(operation[0], operation[3]):
        if each["name"] == "limit":
            assert each["schema"]["default"] == 20
            assert each["schema"]["minimum"] == 1
            assert each["schema"]["maximum"] <= 200
        if each["name"] in {"page", "offset"}:
            pytest.fail("pages go by key set: `before` and `beforeId`")


@OPERATION
def test_dok_21_every_operation_says_whether_it_needs_a_token(operation: Operation) -> None:
    assert operation[3]["security"] == ([] if operation[2] == "/api-info" else [{"HTTPBearer": []}])


@OPERATION
def test_fel_02_every_error_is_a_problem(operation: Operation) -> None:
    name, method, path, said = operation
    errors = {status: resolved(name, each) for status, each in said["responses"].items() if status >= "400"}
    assert [status for status, each in errors.items() if set(each["content"]) != {"application/problem+json"}] == []
    if path != "/api-info":
        assert {"401", "403", "404", "409", "422", "500", "503"} <= set(errors)
        assert ("413" in errors) == (method != "get")


@OPERATION
def test_dok_15_every_body_has_an_example_that_its_schema_allows(operation: Operation) -> None:
    name, _, _, said = operation
    bodies = [resolved(name, each) for each in (said.get("requestBody", {}), *said["responses"].values())]
    document = Resource.opaque(DOCUMENTS[name])
    registry: Registry[Any] = Registry().with_resource("urn:document", document)
    for media in [media for body in bodies for media in body.get("content", {}).values()]:
        schema = {"$ref": f"urn:document{media['schema']['$ref']}"} if "$ref" in media["schema"] else media["schema"]
        if "$ref" not in schema.get("items", {}):
            Draft202012Validator(schema, registry=registry).validate(media["example"])
        assert media["example"] is not None


@OPERATION
def test_spa_02_spa_04_every_request_and_every_answer_may_be_traced(operation: Operation) -> None:
    name, _, _, said = operation
    assert ("traceparent", "header") in {(each["name"], each["in"]) for each in parameters(name, said)}
    assert [status for status, each in said["responses"].items() if "traceparent" not in resolved(name, each)["headers"]] == []
