"""The one door to CDKTF, constructs and the AWS bindings: nothing else in this package imports them.

That takes a fraction of a second instead of ten, see `constructs_lib._fast_imports`, which `import constructs_lib` puts
in place. `aws` is the package of the AWS bindings; `aws.sns_topic` imports that submodule when it is first used:

    from constructs_lib.cdk import TerraformStack, aws

    aws.sns_topic.SnsTopic(stack, "topic", name="alerts")
"""

import cdktf_cdktf_provider_aws as aws
from cdktf import (
    App,
    Aspects,
    CloudBackend,
    DataResource,
    DefaultTokenResolver,
    Fn,
    IAspect,
    IResolvable,
    LocalBackend,
    NamedCloudWorkspace,
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
    "App",
    "Aspects",
    "CloudBackend",
    "Construct",
    "DataResource",
    "DefaultTokenResolver",
    "Fn",
    "IAspect",
    "IConstruct",
    "IResolvable",
    "IValidation",
    "LocalBackend",
    "NamedCloudWorkspace",
    "Node",
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
