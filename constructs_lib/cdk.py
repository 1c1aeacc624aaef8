"""The one door to CDKTF, constructs and the AWS bindings: nothing else in this package imports them.

Behind it is CDKTF or its fork cdktn (`constructs_lib.bindings.base`); both have the same names. Opening it takes a
fraction of a second instead of ten, see `constructs_lib.bindings.finder`, which `import constructs_lib` puts in place.
`aws` is the package of the AWS bindings; `aws.sns_topic` imports that submodule when it is first used:

    from constructs_lib.cdk import TerraformStack, aws

    aws.sns_topic.SnsTopic(stack, "topic", name="alerts")
"""

import importlib
from typing import TYPE_CHECKING

from constructs_lib.bindings.base import chosen

if TYPE_CHECKING:
    import cdktf_cdktf_provider_aws as aws
    from cdktf import (
        Annotations,
        App,
        Aspects,
        CloudBackend,
        DefaultTokenResolver,
        Fn,
        IAspect,
        IResolvable,
        IStackSynthesizer,
        LocalBackend,
        NamedCloudWorkspace,
        Postcondition,
        S3Backend,
        StringConcat,
        TerraformElement,
        TerraformLocal,
        TerraformOutput,
        TerraformResource,
        TerraformResourceLifecycle,
        TerraformStack,
        TerraformVariable,
        Testing,
        Token,
        Tokenization,
    )
    from constructs import Construct, IConstruct, IValidation, Node
    from jsii import implements

__all__ = [
    "Annotations",
    "App",
    "Aspects",
    "CloudBackend",
    "Construct",
    "DefaultTokenResolver",
    "Fn",
    "IAspect",
    "IConstruct",
    "IResolvable",
    "IStackSynthesizer",
    "IValidation",
    "LocalBackend",
    "NamedCloudWorkspace",
    "Node",
    "Postcondition",
    "S3Backend",
    "StringConcat",
    "TerraformElement",
    "TerraformLocal",
    "TerraformOutput",
    "TerraformResource",
    "TerraformResourceLifecycle",
    "TerraformStack",
    "TerraformVariable",
    "Testing",
    "Token",
    "Tokenization",
    "aws",
    "implements",
]

if not TYPE_CHECKING:
    _base = chosen()
    _core = importlib.import_module(_base.core)
    _homes = (_core, importlib.import_module("constructs"), importlib.import_module("jsii"))
    aws = importlib.import_module(_base.aws)
    for _name in __all__:
        if _name != "aws":
            globals()[_name] = next(getattr(home, _name) for home in _homes if hasattr(home, _name))
